"""Parts of the search engine; ``archive.conjunctions`` puts them together."""
