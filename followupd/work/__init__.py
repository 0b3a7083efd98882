"""The passes of one turn, one file each; turn.py tells their order."""
