"""What happened in the invented company: people, sales, mail, web and the rest."""
