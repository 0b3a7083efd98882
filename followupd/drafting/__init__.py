"""What should the salesperson send? A decision becomes a linted draft, as bytes ready for the Drafts folder."""
