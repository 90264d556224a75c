"""What every table holds: columns, types, words, keys; reading and writing by them."""
