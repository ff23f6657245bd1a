"""An optimizer of one's own: --plugin sign_descent.py --space train.optimizer=adam,sign_descent."""

import keras

from zoo import register


@keras.saving.register_keras_serializable("sign_descent")
class SignDescent(keras.optimizers.Optimizer):
    """w -= eta sign(g) (Bernstein 2018, signSGD)."""

    def update_step(self, gradient, variable, learning_rate):
        """Take one step of one variable."""
        rate = keras.ops.cast(learning_rate, variable.dtype)
        self.assign_sub(variable, rate * keras.ops.sign(gradient))


@register("optimizer")
def sign_descent(learning_rate, weight_decay):
    """Step by the gradient's sign alone: it wants a tenth of Adam's learning rate."""
    return SignDescent(learning_rate, weight_decay=weight_decay)
