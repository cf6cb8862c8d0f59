"""Files of a new vault, as `srs init` and `srs new` write them."""
