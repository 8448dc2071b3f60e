"""Keys and ciphers: content is readable only while its own key exists."""
