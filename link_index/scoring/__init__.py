"""The job that puts every quality on links, pages and domains, and the value of a link as the sum of them."""
