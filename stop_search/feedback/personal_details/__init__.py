"""Personal details in what people write: finding them, and putting the name of their kind in their place."""
