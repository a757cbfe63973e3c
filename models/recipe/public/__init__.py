"""Small models in the form of public recognisers, and reference features, for tests: nothing here ships as a recogniser."""
