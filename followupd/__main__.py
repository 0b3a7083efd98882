"""What does ``python -m followupd`` do? The same as the command ``followupd``."""

from followupd.cli.main import main

if __name__ == "__main__":
    main()
