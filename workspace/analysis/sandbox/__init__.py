"""Decoding of untrusted media in a confined child process.

Bytes from seized devices are hostile until shown otherwise, so no decoder ever touches them in a process that holds a
key, a database connection or a network. `client.Decoder` is the only thing other modules use; `server` runs in a
process of its own, `confine` locks it in, `decode_picture` and `decode_video` run only in its children.
"""
