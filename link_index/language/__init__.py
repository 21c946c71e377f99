"""What the index knows of languages: tags, words, stems, words that carry no theme."""
