"""The side of Hugging Face's tokenizers of `spinlab bench transformer`: byte_pairs_peer.py FOLDER

Answers each line {"job": "bpe-train", "vocabulary": 1000} by one with the seconds that byte pairs of the text take to be learnt, or
to encode it, and with how many tokens it has.
"""

import json
import pathlib
import sys
import time

from tokenizers import Tokenizer, models, pre_tokenizers, trainers


def trained(text, vocabulary):
    level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = level
    alphabet = level.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, min_frequency=2, show_progress=False, initial_alphabet=alphabet)
    tokenizer.train_from_iterator([text], trainer)
    return tokenizer


def main(folder):
    text, known = (pathlib.Path(folder) / "letters").read_bytes().decode(), {}
    for line in sys.stdin:
        asked = json.loads(line)
        vocabulary = asked["vocabulary"]
        tokenizer = known.setdefault(vocabulary, None) or trained(text, vocabulary)
        known[vocabulary] = tokenizer
        start = time.perf_counter()
        if asked["job"] == "bpe-train":
            trained(text, vocabulary)
        else:
            tokenizer.encode(text)
        seconds = time.perf_counter() - start
        setting = "Hugging Face's tokenizers, as many threads as it takes"
        print(json.dumps({"seconds": seconds, "setting": setting, "tokens": len(tokenizer.encode(text).ids)}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
