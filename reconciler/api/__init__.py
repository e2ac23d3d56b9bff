"""The one door to the server: typed calls in, values or `ApiError` out."""
