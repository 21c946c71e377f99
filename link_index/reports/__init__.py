"""What a person does with scores: report, comparison, opportunities and the list of links to disavow."""
