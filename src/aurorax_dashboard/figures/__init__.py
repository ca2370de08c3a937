"""Pure functions that draw: a DataFrame in, a Plotly figure and a sentence that says the same out."""
