"""How does a mailbox open without a password? OAuth2: the user signs in once in a browser, tokens do the rest."""
