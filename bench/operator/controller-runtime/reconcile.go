package main

import (
	"context"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

type reconciler struct{ client.Client }

// Reconcile brings about what a wave asks, and says in its status whether that succeeded.
func (r *reconciler) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	wave := &Wave{}
	if err := r.Get(ctx, request.NamespacedName, wave); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	if wave.DeletionTimestamp != nil {
		return reconcile.Result{}, nil
	}
	failure := r.apply(ctx, wave)
	if apierrors.IsConflict(failure) {
		return reconcile.Result{}, failure // the cache was behind, which is no news for people
	}
	if err := r.say(ctx, wave, failure); err != nil {
		return reconcile.Result{}, err
	}
	return reconcile.Result{}, failure
}

func (r *reconciler) apply(ctx context.Context, wave *Wave) error {
	for _, one := range childrenOf(wave) {
		_, err := controllerutil.CreateOrUpdate(ctx, r.Client, one.object, func() error {
			labels := one.object.GetLabels()
			if labels == nil {
				labels = map[string]string{}
			}
			labels[waveLabel] = wave.Name
			one.object.SetLabels(labels)
			one.set()
			return controllerutil.SetControllerReference(wave, one.object, r.Scheme())
		})
		// What exists already was made by the run before, and the cache has not heard of it yet: its event brings us here again.
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
	}
	return nil
}

func (r *reconciler) say(ctx context.Context, wave *Wave, failure error) error {
	before := wave.copied()
	ready := metav1.Condition{Type: "Ready", Status: metav1.ConditionTrue, Reason: "Running", Message: "It is as asked."}
	if failure != nil {
		ready.Status, ready.Reason, ready.Message = metav1.ConditionFalse, "Failed", failure.Error()
	} else {
		wave.Status.ObservedGeneration = wave.Generation
	}
	ready.ObservedGeneration = wave.Status.ObservedGeneration
	meta.SetStatusCondition(&wave.Status.Conditions, ready)
	if equality.Semantic.DeepEqual(before.Status, wave.Status) {
		return nil
	}
	return r.Status().Patch(ctx, wave, client.MergeFrom(before))
}
