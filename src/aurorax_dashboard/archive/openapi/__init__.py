"""The description of the API as it is served here, made from the routes and the structs that serve."""
