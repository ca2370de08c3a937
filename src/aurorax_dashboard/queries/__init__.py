"""A search before it is sent: built block by block, checked, said in words, linked, exchanged."""
