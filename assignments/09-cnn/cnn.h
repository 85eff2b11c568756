#pragma once

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <vector>

/// Assignment 09: convolutional networks.
///
/// Images and feature maps are (n, c, h, w): n images, c channels, h rows, w columns. A convolutional layer
/// has weights (k, c, a, b), k filters of a × b taps, and biases (k). As everywhere in machine learning it is
/// a cross-correlation: the kernel is not flipped. Arguments are contiguous, do not require gradients and are
/// never changed (a network is: that is what it is for); results have the dtype of the arguments, float64 or
/// float32. "Throws" means TORCH_CHECK_VALUE with a line that says what was expected and what was got; every
/// function throws where the shapes do not fit each other.
namespace cnn {

using torch::Tensor;

/// The same for rows and columns. stride and dilation ≥ 1, padding ≥ 0: pixels of zeros at each of the four
/// edges. Tap i of an output y looks at the padded pixel y · stride + i · dilation.
struct Geometry {
  int64_t stride = 1;
  int64_t padding = 0;
  int64_t dilation = 1;
};

/// Task 1. How many outputs a kernel of so many taps has along an axis of `size` pixels: as many as fit into
/// the padded axis. [Dumoulin and Visin 2016, relationship 15] Throws where size, kernel, stride or dilation
/// is below 1, padding below 0, or not a single one fits.
int64_t output_size(int64_t size, int64_t kernel, const Geometry& geometry);
/// The padding with which, at stride 1, there are as many outputs as inputs. Throws where kernel or dilation
/// is below 1, or where there is none.
int64_t same_padding(int64_t kernel, int64_t dilation);

/// Task 2. y_mkuv = bias_k + Σ_cij weight_kcij x_mc(u s + i d − p)(v s + j d − p), outside of the image 0.
/// [Goodfellow et al. 2016, eq. 9.8, from 0] x: (n, c, h, w); weight: (k, c, a, b); bias: (k). Returns (n, k,
/// rows, columns), as many as output_size says. Throws as it does.
Tensor correlate_by_loops(const Tensor& x, const Tensor& weight, const Tensor& bias,
                          const Geometry& geometry);

/// Task 3. im2col: what each output looks at, one output a column. Row (c · a + i) · b + j, column
/// u · columns + v is the pixel of channel c under tap (i, j) of the output (u, v). Returns
/// (n, c · a · b, rows · columns). Throws as output_size does. Autograd can pass through it.
Tensor patches(const Tensor& x, int64_t a, int64_t b, const Geometry& geometry);

/// Task 4. What task 2 computes, by patches and a matrix product. Autograd can pass through it.
Tensor correlate(const Tensor& x, const Tensor& weight, const Tensor& bias, const Geometry& geometry);

struct ParameterGradients {
  Tensor weight, bias;
};

/// Task 5. The derivatives of Σ gradient · correlate(x, weight, bias) by weight and bias: (k, c, a, b) and
/// (k). gradient: as correlate's result.
ParameterGradients parameter_gradients(const Tensor& x, const Tensor& gradient, int64_t a, int64_t b,
                                       const Geometry& geometry);

/// Task 6. col2im, the adjoint of patches for images of h × w: Σ columns · patches(x) = Σ fold(columns) · x
/// for all x. columns: (n, c · a · b, rows · columns). Returns (n, c, h, w).
Tensor fold(const Tensor& columns, int64_t h, int64_t w, int64_t a, int64_t b, const Geometry& geometry);
/// The derivative of Σ gradient · correlate(x, weight, bias) by x of (n, c, h, w).
Tensor input_gradient(const Tensor& weight, const Tensor& gradient, int64_t h, int64_t w,
                      const Geometry& geometry);

/// The maximum of each window, and where it was: row · w + column, int64.
struct MaxPooled {
  Tensor values, places;
};

/// Task 7. Pooling with square windows and no padding; windows may overlap or leave gaps. Both (n, c, rows,
/// columns). Of equal maxima the first in the order of reading. Throws where window or stride is below 1 or
/// the window does not fit.
MaxPooled max_pool(const Tensor& x, int64_t window, int64_t stride);
/// The derivative of Σ gradient · values by x. gradient, places: (n, c, rows, columns). Returns (n, c, h, w).
Tensor max_pool_gradient(const Tensor& places, const Tensor& gradient, int64_t h, int64_t w);
/// The mean of each window, and the derivative of Σ gradient · means by x. Throw as max_pool does.
Tensor average_pool(const Tensor& x, int64_t window, int64_t stride);
Tensor average_pool_gradient(const Tensor& gradient, int64_t h, int64_t w, int64_t window, int64_t stride);

/// Of each channel: (c).
struct Statistics {
  Tensor mean, variance;
};

struct Normalised {
  Tensor output;       // (n, c, h, w)
  Statistics running;  // as they are after this batch
};

/// Task 8. Batch normalisation: scale_c (x − mean_c)/√(variance_c + epsilon) + shift_c. [Ioffe and Szegedy
/// 2015, algorithms 1 and 2] In training with mean and variance of this batch, over images and pixels,
/// divisor N = n h w; and running statistics ← (1 − momentum) · running + momentum · (mean, variance with
/// divisor N − 1). Else with the running statistics, which stay. The output, not the running statistics, can
/// be passed by autograd. scale, shift: (c). Throws where momentum is not in [0, 1], epsilon ≤ 0, or in
/// training N < 2.
Normalised batch_norm(const Tensor& x, const Tensor& scale, const Tensor& shift, const Statistics& running,
                      bool training, double momentum, double epsilon);

struct NormGradients {
  Tensor input, scale, shift;
};

/// Task 9. The derivatives of Σ gradient · output of the training mode by x, scale and shift: mean and
/// variance depend on x as well.
NormGradients batch_norm_gradient(const Tensor& x, const Tensor& scale, const Tensor& gradient,
                                  double epsilon);

/// Task 10. Group normalisation: each image by itself, and in it each group of c/groups neighbouring
/// channels, with the mean and the variance (divisor: its numbers) of all of its pixels. One group is layer
/// normalisation. [Wu and He 2018, eq. 1, 2, 7] scale, shift: (c), a number for each channel. Returns (n, c,
/// h, w). Throws where groups does not divide c, or epsilon ≤ 0.
Tensor group_norm(const Tensor& x, int64_t groups, const Tensor& scale, const Tensor& shift, double epsilon);
/// The derivatives of Σ gradient · group_norm.
NormGradients group_norm_gradient(const Tensor& x, int64_t groups, const Tensor& scale,
                                  const Tensor& gradient, double epsilon);

/// A layer of convolution or pooling, along one axis.
struct Layer {
  int64_t kernel = 3;
  int64_t stride = 1;
  int64_t padding = 1;
  int64_t dilation = 1;
};

/// What one output of a stack of layers sees of the input, in input pixels along one axis: how many from the
/// first to the last (size), how far the views of two neighbouring outputs are apart (jump), and the middle
/// of the first one's view (centre), where pixel 0 is at 0; padding is at negative places.
struct ReceptiveField {
  int64_t size, jump;
  double centre;
};

/// Task 11. [Araujo et al. 2019] The first layer comes first; no layer: {1, 1, 0}. Throws where a
/// layer is none (task 1).
ReceptiveField receptive_field(const std::vector<Layer>& layers);
/// The numbers that are trained in the network of task 16, though no memory may hold it. Throws where one of
/// the arguments is below 1.
int64_t resnet_parameters(int64_t channels, int64_t width, int64_t blocks, int64_t classes);

/// Task 12. Correlation on a torus, rows and columns periodic, stride 1, the middle tap over the output:
/// y_mkuv = Σ_cij weight_kcij x_mc(u + i − (a−1)/2)(v + j − (b−1)/2), indices modulo h and w. a and b are odd
/// and may be larger than h and w. Returns (n, k, h, w). Throws where a or b is even.
Tensor correlate_on_torus(const Tensor& x, const Tensor& weight);
/// Images of h × w are moved around the torus, by `down` rows and `right` columns, any whole numbers. A layer
/// that sees `radius` pixels to each side, but zeros outside of the image, then gives other numbers than its
/// moved output at so many of the h · w pixels, unless chance makes them equal. h and w may be 10⁵: looking
/// at each pixel would take too long. Throws where h or w < 1 or radius < 0.
int64_t broken_by_padding(int64_t h, int64_t w, int64_t radius, int64_t down, int64_t right);

/// Task 13. What correlate_on_torus computes, by three Fourier transforms. [convolution theorem]
Tensor correlate_by_fft(const Tensor& x, const Tensor& weight);

/// weight1: (k, c, 3, 3), weight2: (k, k, 3, 3), scales and shifts (k). Gradients come in the same form.
struct BlockParameters {
  Tensor weight1, scale1, shift1, weight2, scale2, shift2;
};

constexpr double kEpsilon = 1e-5;  // of the batch norms in tasks 14 and 16

/// Task 14. A residual block [He et al. 2016, eq. 1, figure 2]: y = relu(short(x) + N₂ C₂ relu(N₁ C₁ x)), C a
/// correlation with padding 1 and no bias, that of C₁ with the given stride, N batch norm in training.
/// short(x) takes every stride-th row and column of x, from the first, and appends channels of zeros up to k
/// (their option A). Returns (n, k, ⌈h/stride⌉, ⌈w/stride⌉). Throws where k < c or stride < 1.
Tensor residual_block(const Tensor& x, const BlockParameters& parameters, int64_t stride);

struct BlockGradients {
  Tensor input;
  BlockParameters parameters;
};

/// The derivatives of Σ gradient · residual_block; relu'(0) = 0.
BlockGradients residual_block_gradient(const Tensor& x, const BlockParameters& parameters, int64_t stride,
                                       const Tensor& gradient);

/// Task 15. L layers on a torus, without nonlinearities: x_{l+1} = C_l x_l, or residual, x_{l+1} = x_l + C_l
/// x_l, l = 0 … L − 1, C_l = correlate_on_torus. weights: (L, c, c, a, b); gradient: by the last x, (n, c, h,
/// w). Returns (L + 1), the mean over all numbers of the square of the gradient by x_0, x_1, …, x_L.
Tensor stream_gradients(const Tensor& weights, const Tensor& gradient, bool residual);
/// With independent weights of mean 0 and variance α/(c a b), the α with which the expected mean square grows
/// by this factor from x_L to x_0, in the residual stack. Twelve digits. Throws where depth < 1 or growth
/// < 1.
double branch_variance(int64_t depth, double growth);

/// Task 16. What your class derives from.
class ImageNetwork : public torch::nn::Module {
 public:
  /// x: (n, c, h, w) float32. Returns the logits, (n, classes). In training mode batch norm uses the batch
  /// and moves its running statistics, in evaluation mode it uses these.
  virtual Tensor forward(const Tensor& x) = 0;
};

struct ResNetOptions {
  int64_t channels = 3;  // of the images
  int64_t width = 8;     // channels of the first stage
  int64_t blocks = 1;    // in each stage
  int64_t classes = 10;
  int64_t seed = 0;
};

/// The residual network for small images [He et al. 2016, section 4.2]: relu N C with `width` filters (the
/// stem), then three stages of `blocks` blocks of task 14 with width, 2 width and 4 width channels, the first
/// block of the second and of the third with stride 2; the mean over all pixels; a linear layer. Parameters
/// in this order: of each convolution weight, scale, shift; at last the linear layer's weight (classes, 4
/// width) and bias (classes). Buffers: of each batch norm running mean and variance; momentum 0.1. Names are
/// yours. Initially, float32: weights of convolutions N(0, 2/(c · 9)), scales 1, shifts 0, running means 0,
/// variances 1, the linear layer's weights N(0, 1/(4 width)), its biases 0. The seed alone decides: draw
/// from at::make_generator<at::CPUGeneratorImpl>(seed), or call torch::manual_seed(seed) first. Throws where
/// an option is below 1 (seed: below 0).
std::shared_ptr<ImageNetwork> make_resnet(const ResNetOptions& options);

/// A trained network of your own choosing: size, epochs and rates are yours. x: (n, c, h, w) float32, pixels
/// in [0, 1]; labels: (n) int64 in [0, classes). The checks call it with patterns (c = 1, 12 × 12),
/// photographs and galaxies (3, 12 × 12), then eval() and forward() of what it returns, with images that it
/// has not seen; what it says of one does not depend on the others. At most 20 s of processor time on one
/// thread, on a machine that may be slower than yours.
std::shared_ptr<ImageNetwork> fit_images(const Tensor& x, const Tensor& labels, int64_t classes,
                                         int64_t seed);

/// Task 17, graduate. Layers that are equivariant under the rotations of a square by 90° [Cohen and Welling
/// 2016, section 6]. R turns a plane anticlockwise as torch::rot90(x, 1, {-2, -1}) does. lift: (n, c, h, w)
/// with weights (k, c, a, a) to (n, k, 4, h, w), plane r is correlate_on_torus(x, R^r weight).
Tensor lift(const Tensor& x, const Tensor& weight);
/// (n, c, 4, h, w) with weights (k, c, 4, a, a) to (n, k, 4, h, w): plane r is Σ_s correlate_on_torus(x_s,
/// R^r weight_(s − r mod 4)).
Tensor group_correlate(const Tensor& x, const Tensor& weight);

}  // namespace cnn
