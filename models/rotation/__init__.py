"""Keys (密钥) that change while the house is open: wrapped data keys, who knows them, and re-encryption."""
