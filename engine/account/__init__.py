"""One AWS account in moto: what is deployed in it, on the engine's clock, made quick."""
