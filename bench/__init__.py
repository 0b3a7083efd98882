"""How fast is followupd, how much does it need, and where is the limit? ``python -m bench`` tells; docs/performance.md explains."""
