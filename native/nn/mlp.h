#pragma once
#include <cstdint>
#include <vector>

#include "nn/random.h"
#include "nn/tape.h"

namespace forager {

// One dense layer as files and other tools see it.
struct LayerValues {
  int inputs, outputs;
  Activation activation;
  std::vector<float> weight;  // [outputs, inputs]
  std::vector<float> bias;    // [outputs]
};

// Between [outputs, inputs] and the panel layout of nn/kernels.h.
void packWeights(const LayerValues& layer, float* weight);
void unpackWeights(const float* weight,
                   LayerValues& layer);  // fills weight and bias for layer.inputs and layer.outputs

// Step count and step size of one Adam optimiser (Kingma and Ba 2015); the moments lie with each network.
class Adam {
 public:
  // With a `horizon` the learning rate falls to 0 over so many steps along half a cosine.
  explicit Adam(double learningRate, uint64_t horizon = 0) : learningRate_(learningRate), horizon_(horizon) {}

  void advance();
  const AdamStep& step() const { return step_; }
  uint64_t steps() const { return steps_; }
  void restore(uint64_t steps) { steps_ = steps; }

 private:
  double learningRate_;
  uint64_t horizon_;
  uint64_t steps_ = 0;
  AdamStep step_{};
};

enum class Gradients {
  none,     // a constant
  input,    // flow through to the input, the network itself does not learn
  weights,  // weights, and the input where it wants them
};

// A multilayer perceptron: ReLU hidden layers and a chosen output activation.
class Mlp {
 public:
  // `sizes`: inputs, hidden layers, outputs. `saved` gets the weights and, when `trained`, the moments of Adam.
  Mlp(Arena& saved, Arena& scratch, const std::vector<int>& sizes, Activation output, bool trained);

  // Weights and biases U(-1/sqrt(inputs), 1/sqrt(inputs)), the default of PyTorch 1.x (spec section 1.2).
  void initialize(RandomStream& random);
  // Orthogonal weights (Saxe et al. 2014) times `gain`, in the last layer times `lastGain`; biases 0.
  void initializeOrthogonal(RandomStream& random, double gain, double lastGain);
  // U(-b, b) with b = gain sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010), in the last layer with `lastGain`;
  // biases 0.
  void initializeXavier(RandomStream& random, double gain, double lastGain);
  // The last layer alone again, U(-b, b) with b = gain sqrt(6 / (inputs + outputs)) and biases 0.
  void initializeLastXavier(RandomStream& random, double gain);
  void copyFrom(const Mlp& other);
  void loaded();  // call after the saved arena was restored

  // Records the forward pass of `input` [batch, inputs] and, for the tape's backward(), its gradients.
  Tensor forward(Tape& tape, const Tensor& input, Gradients gradients);
  // Records the weight gradients of the passes that the tape's backward() went through. Done by recordAdam.
  void recordGradients(Tape& tape);
  // Records the shortening of those gradients to `maximum` in length, all layers of all networks taken as one vector;
  // `norm` gets the length before. After recordGradients, before recordAdam.
  static void recordNormLimit(Tape& tape, std::vector<Mlp*> networks, float maximum, double& norm);
  // Records one Adam step with those gradients.
  void recordAdam(Tape& tape, const Adam& adam);
  // From now on recordAdam leaves the gradients where gradients() finds them, which costs time. For tests.
  void keepGradients() { keepsGradients_ = true; }
  // Records target += rate (source - target) where this network is the target.
  void recordAverage(Tape& tape, const Mlp& source, float rate);

  std::vector<LayerValues> values() const;
  std::vector<LayerValues> gradients() const;  // of the newest step, in the same form
  size_t parameters() const;

 private:
  struct Pass {
    DenseWeightGradient work;
    Tape::Buffers reads;
  };
  struct Layer {
    int inputs, outputs;
    Activation activation;
    float* weight;
    float* gradient;
    float* first;
    float* second;
    float* transposed;
    std::vector<Pass> passes;  // gone through by backward(), weight gradient not recorded yet
    size_t size() const { return weightSize(inputs, outputs); }
  };

  void recordForwardInBlocks(Tape& tape, const std::vector<Tensor>& values, std::vector<DenseForward> steps) const;
  void recordBackward(Tape& tape, const std::vector<Tensor>& values, bool weights);
  void recordBackwardInBlocks(Tape& tape, std::vector<DenseInputGradient> steps) const;
  static void addPass(Tape& tape, Layer& layer, const Tensor& x, const Tensor& y);
  std::vector<LayerValues> unpacked(float* Layer::* which) const;
  static void fillXavier(const Layer& layer, RandomStream& random, double gain);

  std::vector<Layer> layers_;
  bool trained_;
  bool keepsGradients_ = false;
};

// Records the step count of `adam`, then a step of each network in its care.
void recordAdam(Tape& tape, Adam& adam, std::initializer_list<Mlp*> networks);

}  // namespace forager
