"""Drawing a quarterly report from its snapshot: page, PDF, CSV, Parquet and codebook. The same snapshot gives the same bytes."""
