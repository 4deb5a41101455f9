"""Models of other frameworks, turned into network files. Each framework is imported only when it is used."""
