"""Prints what byte_pairs_test.cpp holds datasets/tokens/ against: Hugging Face's byte-level byte pairs of a line of text.

    python3 -m venv peer && peer/bin/pip install tokenizers==0.21.0 && peer/bin/python tests/datasets/record_byte_pairs.py
"""

import json

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

TEXT = "the cat sat on the mat, the cat ate the café's naïve 12 rats; don't the rats rat? 1212 caféé  aaaa aaaaaa"
WORDS = ["I've 2 cats,  they'll run!", "a\n\n  b\t\n", "naïve Ⅷ ½ «x»", "'S don't"]

level = pre_tokenizers.ByteLevel(add_prefix_space=False)
for words in WORDS:
    print([piece for piece, _ in level.pre_tokenize_str(words)])
tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = level
trainer = trainers.BpeTrainer(vocab_size=300, min_frequency=2, show_progress=False, initial_alphabet=level.alphabet())
tokenizer.train_from_iterator([TEXT], trainer)
for first, second in json.loads(tokenizer.to_str())["model"]["merges"]:
    print(first, second)
print(tokenizer.encode("the cafés rat the mat aaaaa 1213").ids)
