"""What is personal: hashed where it is declared, masked wherever it stands."""
