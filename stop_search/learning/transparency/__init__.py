"""Tables for the public: declared beforehand, rounded, with small counts kept back, in releases that two people let out."""
