"""Pages for members of the public: receipt, feedback, rights."""
