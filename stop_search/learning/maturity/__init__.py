"""How far the force is in each competency: figures as evidence, and what a person says of them."""
