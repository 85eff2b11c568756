"""The Python side of `spinlab bench infinite-width`: infinite_width_peer.py FOLDER PROJECT TORCH

Answers jobs as peers/choices.py says: kernels of wide networks by neural-tangents, tangent kernels of networks with weights by
torch.func, regression with a Gaussian process by SciPy, in scikit-learn's steps, and by GPyTorch; each in several settings, of
which it keeps the fastest. An answer's "results" names files in FOLDER with numbers to compare. PROJECT: where models/ is; TORCH:
where PyTorch is.
"""
import math
import os
import pathlib
import sys
import types
import warnings

FOLDER, PROJECT, TORCH = sys.argv[1:]
CORES = len(os.sched_getaffinity(0))
os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={CORES}"  # nt.batch may give each its rows
warnings.filterwarnings("ignore")
sys.path += [PROJECT, TORCH]  # behind this environment's own

import numpy as np
from peers.choices import answer, timed

COMPARED_ROWS = 256
TRIAL_ROWS = 16


def results(*arrays):
    """Files with every so many rows of matrices."""
    names = []
    for number, array in enumerate(map(np.asarray, arrays)):
        names.append(f"result{number}")
        step = max(len(array) // COMPARED_ROWS, 1)
        array[::step].astype(np.float64).tofile(pathlib.Path(FOLDER) / names[-1])
    return {"results": names}


class Kernel:
    """NNGP and NTK by neural-tangents: the whole matrix jitted, or by blocks, on one or all of XLA's devices."""

    def __init__(self, data, job):
        sys.modules["neural_tangents.experimental"] = types.ModuleType("experimental")  # needs TensorFlow
        import jax
        import neural_tangents as nt

        jax.config.update("jax_enable_x64", job["dtype"] == "float64")
        X = data[job["X"]].astype(job["dtype"])
        X = jax.numpy.asarray(np.moveaxis(X, 1, -1) if X.ndim == 4 else X)
        kernel = self.network(nt.stax, job)

        def solver(get):
            return lambda: jax.block_until_ready(get())

        self.choices = {}
        if not job["blocks_only"]:
            whole = jax.jit(lambda x: tuple(kernel(x, None, ("nngp", "ntk"))))
            self.choices["neural-tangents, one jit"] = solver(lambda: whole(X))
        for size in job["blocks"]:
            for devices in {0} if job["one_device"] else {0, CORES}:
                by_blocks = nt.batch(kernel, batch_size=size, device_count=devices)
                name = f"neural-tangents, blocks of {size} on {max(devices, 1)} devices"
                self.choices[name] = solver(lambda by_blocks=by_blocks: tuple(by_blocks(X, None, ("nngp", "ntk"))))

    @staticmethod
    def network(stax, job):
        stds = {"W_std": job["weight_std"], "b_std": job["bias_std"]}
        phi = {"relu": stax.Relu, "erf": stax.Erf}[job["phi"]]
        if not job["end"]:
            layers = [layer for _ in range(job["depth"]) for layer in (stax.Dense(1, **stds), phi())]
        else:
            layers = [layer for _ in range(job["depth"]) for layer in (stax.Conv(1, (3, 3), padding="SAME", **stds), phi())]
            layers.append({"flatten": stax.Flatten, "average_pool": stax.GlobalAvgPool}[job["end"]]())
        return stax.serial(*layers, stax.Dense(1, **stds))[2]

    describe = staticmethod(lambda found: results(*found))


class Empirical:
    """The mean over outputs of a network's tangent kernel by torch.func: those that are hopeless on a few rows are left out."""

    def __init__(self, data, job):
        import torch

        models = __import__(f"models.networks.{job['model']}", fromlist=["Network"])
        self.X = torch.from_numpy(data["inputs"])
        network = models.Network(job["options"], {"input": list(self.X.shape[1:]), "outputs": job["outputs"]}).double().eval()
        network.load_state_dict({name: torch.from_numpy(data[name]) for name in network.state_dict()})
        self.network, self.torch = network, torch
        self.parameters = {name: one.detach() for name, one in network.named_parameters()}
        ways = {
            "structured derivatives": self.structured,
            "jacobian contraction": self.contraction,
            "NTK-vector products": self.products,
        }
        few = {name: min(timed(lambda: way(self.X[:TRIAL_ROWS]))[0] for _ in range(2)) for name, way in ways.items()}
        print("infinite_width_peer:", TRIAL_ROWS, "rows take", {name: f"{seconds:.3g} s" for name, seconds in few.items()}, file=sys.stderr)
        least = min(few.values())
        self.choices = {f"torch.func, {name}": lambda way=way: way(self.X) for name, way in ways.items() if few[name] < 5 * least}

    def single(self, parameters, x):
        return self.torch.func.functional_call(self.network, parameters, (x.unsqueeze(0),)).squeeze(0)

    def contraction(self, X):
        """[pytorch.org/tutorials, Neural Tangent Kernels: Jacobian contraction]"""
        func = self.torch.func
        jacobians = func.vmap(func.jacrev(self.single), (None, 0))(self.parameters, X)
        rows = [one.flatten(1) for one in jacobians.values()]
        return sum(one @ one.T for one in rows) / next(iter(jacobians.values())).shape[1]

    def products(self, X):
        """[the same: NTK-vector products]"""
        func, outputs = self.torch.func, self.single(self.parameters, X[0])

        def pair(x, z):
            def product(vector):
                _, back = func.vjp(lambda p: self.single(p, x), self.parameters)
                return func.jvp(lambda p: self.single(p, z), (self.parameters,), back(vector))[1]

            return func.vmap(product)(self.torch.eye(len(outputs), dtype=outputs.dtype)).trace() / len(outputs)

        return func.vmap(func.vmap(pair, (None, 0)), (0, None))(X, X)

    def structured(self, X):
        """The outputs' derivatives by what each layer gives, and the layer's inputs; a dense layer's part is (a·a' + 1)(g·g'), a
        convolution's goes over its weights' gradients [Novak, Sohl-Dickstein and Schoenholz 2022]."""
        torch, func = self.torch, self.torch.func
        layers = {name: layer for name, layer in self.network.named_modules() if hasattr(layer, "weight")}

        def forward(moved, x):
            inputs = {}

            def hook(name):
                def moves(_, given, out):
                    inputs[name] = given[0].squeeze(0)
                    return out + moved[name] if name in moved else out
                return moves

            hooks = [layer.register_forward_hook(hook(name)) for name, layer in layers.items()]
            try:
                return self.single(self.parameters, x), inputs
            finally:
                for one in hooks:
                    one.remove()

        shapes = {}
        hooks = [layer.register_forward_hook(lambda _, given, out, name=name: shapes.update({name: out.shape[1:]})) for name, layer in layers.items()]
        outputs = len(self.single(self.parameters, X[0]))
        for one in hooks:
            one.remove()
        moved = {name: torch.zeros(shape, dtype=X.dtype) for name, shape in shapes.items()}
        derivatives, inputs = func.vmap(func.jacrev(forward, has_aux=True), (None, 0))(moved, X)
        total = 0
        for name, layer in layers.items():
            g, a = derivatives[name], inputs[name]
            if a.dim() == 2:
                g = g.flatten(1)
                total = total + (g @ g.T) * (a @ a.T + 1)
                continue
            patches = torch.nn.functional.unfold(a, layer.kernel_size, padding=layer.padding).unsqueeze(1)
            gradients = (g.flatten(3) @ patches.transpose(2, 3)).flatten(1)
            biases = g.flatten(3).sum(3).flatten(1)
            total = total + gradients @ gradients.T + biases @ biases.T
        return total / outputs

    describe = staticmethod(lambda found: results(found.numpy()))


class Process:
    """Mean at other inputs and evidence, given all covariances."""

    def __init__(self, data, job):
        K, across, y, self.noise = data["K"], data["across"], data["y"], job["noise"]
        self.choices = {
            "SciPy, the steps of scikit-learn with one factorisation": lambda: self.scipy(K, across, y),
            "GPyTorch, Cholesky": self.gpytorch(K, across, y),
        }

    def scipy(self, K, across, y):
        from scipy.linalg import cho_solve, cholesky

        A = K.copy()
        A[np.diag_indices_from(A)] += self.noise
        L = cholesky(A, lower=True, overwrite_a=True, check_finite=False)
        alpha = cho_solve((L, True), y, check_finite=False)
        return across @ alpha, np.array([[-0.5 * (y * alpha).sum() - np.log(L.diagonal()).sum() - 0.5 * len(y) * math.log(2 * math.pi)]])

    def gpytorch(self, K, across, y):
        import gpytorch
        import torch
        from linear_operator import to_linear_operator

        K, across, y = map(torch.from_numpy, (K, across, y))

        def solve():
            exact = gpytorch.settings.fast_computations(False, False, False)
            with torch.no_grad(), exact, gpytorch.settings.max_cholesky_size(len(K) + 1):
                A = to_linear_operator(K).add_jitter(self.noise)
                quadratic, logdet = A.inv_quad_logdet(y, logdet=True)
                evidence = -0.5 * (quadratic + logdet + len(y) * math.log(2 * math.pi))
                return (across @ A.solve(y)).numpy(), evidence.numpy().reshape(1, 1)

        return solve

    describe = staticmethod(lambda found: results(*found))


if __name__ == "__main__":
    answer({"kernel": Kernel, "empirical": Empirical, "process": Process}, FOLDER)
