"""One buyer over all his conversations: who he is, what was asked, offered and sent, as a card, tables and files."""
