//! Where stores are found, how they are opened, and the use cases over them.
