"""The worked example as a document, one file a part; each part is a function of the story."""
