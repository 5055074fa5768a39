"""How a network is ordered: dynamical matrices, Laplacians and Hessians as one kind of operator, and their spectra."""
