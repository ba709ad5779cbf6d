"""The API and the pages, one package per audience; none imports another."""
