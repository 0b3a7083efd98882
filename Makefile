# make bench          measures followupd beside its peers on this machine (a quarter of an hour); needs ./run test once
# make bench-large    the same at the sizes of docs/performance.md
PYTHON ?= .venv/bin/python

.PHONY: bench bench-large
bench:
	$(PYTHON) -m bench $(ARGS)
bench-large:
	$(PYTHON) -m bench --large $(ARGS)
