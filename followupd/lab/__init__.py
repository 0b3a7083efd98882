"""The lab: the same core over recorded mail; nothing here touches a live mailbox."""
