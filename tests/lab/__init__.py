"""The lab, tried."""
