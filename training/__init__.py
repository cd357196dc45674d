"""How the model in `models/` was made; never imported by `pipeline/`."""
