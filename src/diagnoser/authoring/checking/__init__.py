"""Problems that only the whole knowledge shows, one module for each part of it."""
