"""Small models that are really trained, generation after generation, on real text and on their own."""
