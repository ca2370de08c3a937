"""What stands between the network and the pages: who may come in, what is sent with every answer, what is noted."""
