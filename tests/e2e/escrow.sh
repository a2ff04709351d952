#!/bin/bash
# Record keys in escrow: a node that lost its keyring reads again by any three
# of five shares, not by two, nor by shares that were typed wrongly, are of
# another bundle, or are one share twice. SYN 8.7
