package main

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var groupVersion = schema.GroupVersion{Group: "bench.skypanel.io", Version: "v1"}

// WaveSpec is what is asked of a wave.
type WaveSpec struct {
	Image string `json:"image"`
	Port  int32  `json:"port"`
	Host  string `json:"host"`
}

// WaveStatus is what is.
type WaveStatus struct {
	ObservedGeneration int64              `json:"observedGeneration,omitempty"`
	Conditions         []metav1.Condition `json:"conditions,omitempty"`
}

// Wave is the kind the bench asks all programs for.
type Wave struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              WaveSpec   `json:"spec"`
	Status            WaveStatus `json:"status,omitempty"`
}

// WaveList is many of them.
type WaveList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Wave `json:"items"`
}

// DeepCopyObject returns a copy that shares nothing.
func (w *Wave) DeepCopyObject() runtime.Object { return w.copied() }

// DeepCopyObject returns a copy that shares nothing.
func (l *WaveList) DeepCopyObject() runtime.Object {
	copied := *l
	l.ListMeta.DeepCopyInto(&copied.ListMeta)
	copied.Items = make([]Wave, len(l.Items))
	for i := range l.Items {
		copied.Items[i] = *l.Items[i].copied()
	}
	return &copied
}

func (w *Wave) copied() *Wave {
	copied := *w
	w.ObjectMeta.DeepCopyInto(&copied.ObjectMeta)
	copied.Status.Conditions = make([]metav1.Condition, len(w.Status.Conditions))
	copy(copied.Status.Conditions, w.Status.Conditions)
	return &copied
}

func addWaves(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(groupVersion, &Wave{}, &WaveList{})
	metav1.AddToGroupVersion(scheme, groupVersion)
	return nil
}
