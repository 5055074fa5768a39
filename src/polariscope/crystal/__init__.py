"""How structure shows in spectra: dynamical matrix, Laplacian and Hessian as one kind of operator."""
