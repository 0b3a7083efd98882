"""What stands in the quotes that we attach to our own mails (PDF, XLSX)? Read in a process of its own, within limits."""
