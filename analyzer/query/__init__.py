"""Named SQL over the documented views: its heads, its parameters, running it, and writing what came out."""
