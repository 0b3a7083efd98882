"""The demo: a believable month of mail on an embedded server; the daemon that runs on it is the real one."""
