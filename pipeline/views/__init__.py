"""Views: what people look at, made from records."""
