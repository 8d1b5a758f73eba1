"""Where material lies: encrypted objects in a folder or an S3 store, and the keys that open them."""
