//! Questions over a whole network: the matrix of all pairs.
